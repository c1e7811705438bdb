/*
 * The languages of the page: one file each in `languages/`, chosen by `?lang=`, else by the browser. A new one is a file and a
 * line here.
 */

export const LANGUAGES = { en: 'English', cy: 'Cymraeg', pl: 'Polski', ur: 'اردو' };
const FALLBACK = 'en';
const RIGHT_TO_LEFT = ['ur'];

/** The code of the language to use: `asked` (of the address) when we have it, else the first of `preferred` that we have. */
export function chosenOf(asked, preferred) {
  const known = [asked, ...preferred].map((tag) => (tag ?? '').toLowerCase().split('-')[0]);
  return known.find((code) => Object.hasOwn(LANGUAGES, code)) ?? FALLBACK;
}

/** 'rtl' or 'ltr'. */
export function directionOf(code) {
  return RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr';
}

/** The language of this page. */
export function chosenLanguage() {
  return chosenOf(new URLSearchParams(location.search).get('lang'), navigator.languages ?? [navigator.language]);
}

/** Its words: a map from keys to texts. Rejects when the file cannot be had. */
export async function wordsOf(code) {
  const response = await fetch(`/consult/languages/${code}.json`);
  if (!response.ok) {
    throw new Error(`no words: ${response.status}`);
  }
  return response.json();
}

/** Shows the choice of languages; another one loads the page anew, which keeps the invitation and the place in the queue. */
export function languageChoice(form, current) {
  const select = form.querySelector('select');
  const options = Object.entries(LANGUAGES).map(([code, name]) => {
    const option = new Option(name, code, code === current, code === current);
    option.lang = code;
    return option;
  });
  select.replaceChildren(...options);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const parameters = new URLSearchParams(location.search);
    parameters.set('lang', select.value);
    history.replaceState(null, '', `${location.pathname}?${parameters}${location.hash}`);
    location.reload();
  });
}
