import { t } from './strings.js';
import { invitationIn } from './token.js';
import { byId, setText, showScreen } from './view.js';

const DEV_TOKEN = '/consult/dev-token';

/** Shown when the address carried no invitation: paste the link or, on a development relay only, join as anybody. */
export async function startScreen(onInvitation) {
  byId('paste-form').addEventListener('submit', (event) => {
    event.preventDefault();
    const invitation = invitationIn(byId('paste-link').value);
    const usable = invitation.token || invitation.visit;
    fail('paste', usable ? '' : t('start.incomplete'));
    if (usable) {
      onInvitation(invitation);
    }
  });
  byId('dev-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const token = await devToken(byId('dev-room').value, byId('dev-name').value);
    fail('dev', token ? '' : t('start.dev.failed'));
    if (token) {
      onInvitation({ token, secret: '' });
    }
  });
  byId('dev-check').addEventListener('click', async () => {
    const token = await devToken(`check-${crypto.randomUUID()}`, 'check');
    fail('dev', token ? '' : t('start.dev.failed'));
    if (token) {
      onInvitation({ token, secret: '', check: true });
    }
  });
  showScreen('start');
  // A relay in service answers 404 here, and the form stays hidden.
  byId('dev-form').hidden = (await devToken('probe', 'probe')) === null;
}

function fail(form, text) {
  const input = byId(form === 'paste' ? 'paste-link' : 'dev-name');
  setText(byId(`${form}-error`), text);
  input.setAttribute('aria-invalid', String(text !== ''));
  if (text) {
    input.focus();
  }
}

async function devToken(room, identity) {
  try {
    const response = await fetch(`${DEV_TOKEN}?${new URLSearchParams({ room, identity })}`, { cache: 'no-store' });
    return response.status === 200 ? (await response.json()).token : null;
  } catch {
    return null;
  }
}
