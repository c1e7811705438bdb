import { t } from './strings.js';

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Shows one screen, hides the others, and moves focus to its heading, so that a screen reader starts there. */
export function showScreen(id) {
  for (const screen of document.querySelectorAll('.screen')) {
    screen.hidden = screen.id !== id;
  }
  document.body.dataset.screen = id;
  const heading = byId(id).querySelector('h1');
  document.title = `${heading.textContent} – ${t('page.title')}`;
  heading.focus();
}

/** Says something to screen readers, politely; the same words are on the screen already. */
export function announce(text) {
  byId('announcer').textContent = text;
}

/** Puts text into an element and hides the element while there is none. Returns whether anything changed. */
export function setText(element, text) {
  if (element.textContent === text && element.hidden === (text === '')) {
    return false;
  }
  element.textContent = text;
  element.hidden = text === '';
  return true;
}

/** Shows a track in a video element; null clears it. */
export function showTrack(video, track) {
  const shown = video.srcObject?.getVideoTracks()[0] ?? null;
  if (shown !== track) {
    video.srcObject = track ? new MediaStream([track]) : null;
  }
}
