import { t } from './strings.js';

const NAMES = { audio: 'microphone', video: 'camera' };

/** Wires every mute and camera button (`data-switch="audio|video"`) on the page to the devices. */
export function wireSwitches(devices) {
  const buttons = [...document.querySelectorAll('[data-switch]')];
  for (const button of buttons) {
    const kind = button.dataset.switch;
    button.addEventListener('click', () => devices.switchTo(kind, !devices.isOn(kind)));
  }
  const paint = () => {
    for (const button of buttons) {
      const kind = button.dataset.switch;
      button.setAttribute('aria-pressed', String(!devices.isOn(kind)));
      // Nothing to mute; the reason is written beside it.
      button.disabled = devices.problem(kind) !== null;
    }
  };
  devices.addEventListener('change', paint);
  paint();
}

/** What is wrong with camera and microphone, in words: none, one or two sentences to show. */
export function problemTexts(devices) {
  const audio = devices.problem('audio');
  const video = devices.problem('video');
  if (audio === 'insecure' || video === 'insecure') {
    return [t('problem.insecure')];
  }
  if (audio === 'refused' && video === 'refused') {
    return [t('problem.both.refused')];
  }
  return [
    video && t(`problem.camera.${video}`),
    audio && t(`problem.microphone.${audio}`),
  ].filter(Boolean);
}

/** The same during a call, where there is room for one line: what it means for the others. */
export function callProblemText(devices) {
  const audio = devices.problem('audio');
  const video = devices.problem('video');
  if (audio && video) {
    return t('call.neither');
  }
  if (audio) {
    return t(audio === 'lost' ? 'problem.microphone.lost' : 'call.noMicrophone');
  }
  return video ? t(video === 'lost' ? 'problem.camera.lost' : 'call.noCamera') : '';
}

/** What the user has switched off, in words; '' when nothing is. */
export function offText(devices) {
  const off = ['video', 'audio'].filter((kind) => !devices.isOn(kind));
  return off.length === 2 ? t('off.both') : off.map((kind) => t(`off.${NAMES[kind]}`)).join();
}

/** Fills a select with the devices of a kind; hides its row while there is nothing to choose. */
export function fillChoices(select, devices, kind) {
  const list = devices.list(kind).filter((device) => device.id !== '');
  const pointless = ['refused', 'insecure'].includes(devices.problem(kind));
  select.closest('.field').hidden = pointless || list.length < 2;
  const options = list.map(({ id, label }, index) => {
    const text = label || t(`device.${NAMES[kind]}.numbered`, { number: index + 1 });
    return new Option(text, id, false, id === devices.current(kind));
  });
  select.replaceChildren(...options);
}
