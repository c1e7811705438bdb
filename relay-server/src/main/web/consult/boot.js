// Says so when a part of the page is missing, as when the relay was built without npm: a blank page helps nobody.
import('./main.js').catch(() => {
  document.getElementById('broken').hidden = false;
});
