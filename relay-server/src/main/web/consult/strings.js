/*
 * Every word the page says comes from `languages/`, by its key. Plain language for somebody who is worried and not used to
 * computers: short sentences, what happened first, then what to do. `{name}` is filled in by `t`.
 */
import { chosenLanguage, directionOf, languageChoice, wordsOf } from './language.js';

const code = chosenLanguage();
/** Dates as they are written here; plain English would mean American. */
const locale = code === 'en' ? 'en-GB' : code;
const words = await wordsOf(code);
/** Names and numbers of another direction than the sentence stay in one piece. */
const [ISOLATE, POP] = directionOf(code) === 'rtl' ? ['\u2068', '\u2069'] : ['', ''];

/** The text for a key, with its `{…}` filled in. An unknown key shows itself, so that it is noticed. */
export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) =>
    name in values ? `${ISOLATE}${values[name]}${POP}` : whole,
  );
}

/** Whether there is a text for this key. */
export function knows(key) {
  return Object.hasOwn(words, key);
}

/** The code of the page's language. */
export function languageCode() {
  return code;
}

/** A wait in words: "5 seconds". */
export function inSeconds(ms) {
  return amount(Math.max(1, Math.ceil(ms / 1000)), 'second');
}

/** A time that has passed, in words: "3 minutes". */
export function inMinutes(ms) {
  const minutes = Math.floor(ms / 60_000);
  return minutes < 1 ? t('minutes.none') : amount(minutes, 'minute');
}

/** The time of day of an ISO time, as people write it here. */
export function timeOfDay(iso) {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(new Date(iso));
}

/** Fills every element that names its text with `data-t` (content), `data-t-label` (accessible name) or `data-t-placeholder`. */
export function fillTexts(root = document) {
  document.documentElement.lang = code;
  document.documentElement.dir = directionOf(code);
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    element.setAttribute('aria-label', t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll('[data-t-placeholder]')) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
  for (const form of root.querySelectorAll('form.language')) {
    languageChoice(form, code);
  }
}

function amount(count, unit) {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
}
