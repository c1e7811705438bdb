import { t } from './strings.js';
import { forget } from './token.js';
import { byId, setText, showScreen } from './view.js';

/** The call is over; `kind` says why, '' when the user left. `again`: whether coming back makes sense. */
export function endScreen(kind, again = true) {
  byId('end-title').textContent = t(kind ? `end.${kind}` : 'end.title');
  byId('end-again').hidden = !again;
  byId('end-again').textContent = t(kind === 'elsewhere' ? 'end.here' : 'end.again');
  showScreen('end');
}

/** There is no way in with this invitation. */
export function refusedScreen(refusal) {
  if (refusal.kind === 'unauthorized' || refusal.kind === 'gone' || refusal.kind === 'link') {
    forget();
  }
  byId('refused-text').textContent = t(`refused.${refusal.kind}`);
  setText(byId('refused-reason'), refusal.reason ? t('refused.reason', { reason: refusal.reason }) : '');
  showScreen('refused');
}
