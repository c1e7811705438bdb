// Loads the page's parts. When one cannot be had the network may just have changed under it (a phone leaves the
// Wi-Fi), so the page is loaded anew, twice at most. After that it says so: a blank page helps nobody.
const RELOADS = 2;
const PAUSE_MILLIS = 1000;
const KEY = 'consult.reloads';

import('./main.js').then(
  () => remember(0),
  () => {
    const reloads = remembered();
    if (reloads < RELOADS && remember(reloads + 1)) {
      setTimeout(() => location.reload(), PAUSE_MILLIS);
    } else {
      remember(0);
      document.getElementById('broken').hidden = false;
    }
  },
);

function remembered() {
  try {
    return Number(sessionStorage.getItem(KEY)) || 0;
  } catch {
    return RELOADS;
  }
}

/** False where the browser keeps nothing: then the page is not loaded anew, since it could not tell when to stop. */
function remember(reloads) {
  try {
    sessionStorage.setItem(KEY, String(reloads));
    return true;
  } catch {
    return false;
  }
}
