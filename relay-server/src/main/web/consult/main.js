import { Call } from './call.js';
import { CallScreen } from './call-screen.js';
import { CheckScreen } from './check-screen.js';
import { Devices } from './devices.js';
import { wireSwitches } from './device-controls.js';
import { startScreen } from './start-screen.js';
import { fillTexts, t } from './strings.js';
import { claimsOf, forget, keep, takeToken } from './token.js';
import { byId, setText, showScreen } from './view.js';
import { WakeLock } from './wake-lock.js';

/** The way through the page: invitation, device check, call, end. */
function main() {
  fillTexts();
  window.addEventListener('hashchange', () => {
    // Another invitation was opened in this tab. A call that is going on is not ended for it.
    if (takeToken() && !window.consultRelay?.publisher()) {
      location.reload();
    }
  });
  const token = takeToken();
  const claims = claimsOf(token);
  if (claims) {
    consult(token, claims);
  } else {
    void startScreen((given) => {
      const known = claimsOf(given);
      if (known) {
        keep(given);
        consult(given, known);
      }
    });
  }
}

function consult(token, { identity, name }) {
  const devices = new Devices();
  const wakeLock = new WakeLock();
  let call = null;

  const leave = async (options) => {
    const leaving = call;
    call = null;
    wakeLock.release();
    callScreen.hide();
    devices.close();
    await leaving?.leave(options);
  };

  const onOwnState = (state, refusal, retryMs) => {
    if (state === 'refused') {
      void leave();
      refusedScreen(refusal);
    } else {
      callScreen.ownState(state, refusal, retryMs);
    }
  };

  const callScreen = new CallScreen(devices, () => {
    void leave();
    showScreen('end');
  });

  const checkScreen = new CheckScreen(devices, () => {
    if (call) {
      return;
    }
    call = new Call({ token, identity, devices, onOwnState, onPeople: (people) => callScreen.people(people) });
    checkScreen.hide();
    callScreen.show();
    wakeLock.hold();
    call.start();
  });

  byId('end-again').addEventListener('click', () => location.reload());
  window.addEventListener('pagehide', () => void leave({ keepalive: true }));
  window.addEventListener('pageshow', (event) => {
    // Back from the browser's cache: everything here has ended, so begin afresh.
    if (event.persisted) {
      location.reload();
    }
  });
  // For tests and support: the connections, nothing secret.
  window.consultRelay = {
    publisher: () => call?.publisherConnection ?? null,
    players: () => call?.playerConnections ?? new Map(),
  };

  wireSwitches(devices);
  void checkScreen.show(name);
}

function refusedScreen(refusal) {
  if (refusal.kind === 'unauthorized') {
    forget();
  }
  byId('refused-text').textContent = t(`refused.${refusal.kind}`);
  setText(byId('refused-reason'), refusal.reason ? t('refused.reason', { reason: refusal.reason }) : '');
  showScreen('refused');
}

main();
