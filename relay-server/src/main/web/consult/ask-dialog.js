import { byId } from './view.js';

/** Takes back a question that is open: what it is about is over. */
export function askNoMore() {
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close(''));
}

/**
 * A question in a dialog: `<dialog id>` with a form whose buttons have values. Resolves to the value of the button pressed, '' when
 * it was closed otherwise. The browser keeps the focus inside meanwhile and gives it back.
 */
export function askIn(id) {
  const dialog = byId(id);
  const form = dialog.querySelector('form');
  form.reset();
  dialog.returnValue = '';
  return new Promise((resolve) => {
    const onSubmit = (event) => {
      event.preventDefault();
      dialog.close(event.submitter?.value ?? '');
    };
    form.addEventListener('submit', onSubmit);
    dialog.addEventListener(
      'close',
      () => {
        form.removeEventListener('submit', onSubmit);
        resolve(dialog.returnValue);
      },
      { once: true },
    );
    dialog.showModal();
  });
}
