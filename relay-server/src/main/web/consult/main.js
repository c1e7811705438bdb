import { invitedFlow } from './invited-flow.js';
import { LineScreen } from './line-screen.js';
import { startScreen } from './start-screen.js';
import { fillTexts } from './strings.js';
import { claimsOf, keep, takeInvitation } from './token.js';
import { byId } from './view.js';
import { visitFlow } from './visit-flow.js';

/** What brought the user here decides the way through the page. */
function main() {
  fillTexts();
  byId('end-again').addEventListener('click', () => location.reload());
  window.addEventListener('hashchange', () => {
    // Another invitation was opened in this tab. A call that is going on is not ended for it.
    const { token, visit } = takeInvitation();
    if ((token || visit) && !window.consultRelay?.room()) {
      location.reload();
    }
  });
  window.addEventListener('pageshow', (event) => {
    // Back from the browser's cache: everything here has ended, so begin afresh.
    if (event.persisted) {
      location.reload();
    }
  });
  if (!begin(takeInvitation())) {
    void startScreen((given) => {
      if (begin(given)) {
        keep(given);
      }
    });
  }
}

/** Whether the invitation leads anywhere. */
function begin({ token, secret, check, visit }) {
  const claims = claimsOf(token);
  if (visit) {
    visitFlow(visit);
  } else if (claims && check) {
    new LineScreen(token, claims).show();
  } else if (claims) {
    invitedFlow(token, secret, claims);
  }
  return Boolean(visit || claims);
}

main();
