import { byId } from './view.js';

/** The other's picture in a small window that stays on top (picture-in-picture), for looking something up meanwhile. */
export function smallWindow() {
  const button = byId('call-small');
  if (!document.pictureInPictureEnabled) {
    return;
  }
  button.hidden = false;
  const paint = () => button.setAttribute('aria-pressed', String(document.pictureInPictureElement !== null));
  button.addEventListener('click', async () => {
    try {
      if (document.pictureInPictureElement) {
        await document.exitPictureInPicture();
      } else {
        await document.querySelector('.tile.has-picture video')?.requestPictureInPicture();
      }
    } catch {
      // The browser or the user said no; the picture stays where it is.
    }
    paint();
  });
  // They bubble up from whichever picture it is.
  document.addEventListener('leavepictureinpicture', paint);
  document.addEventListener('enterpictureinpicture', paint);
}
