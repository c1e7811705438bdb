/*
 * Every word the page says, in one place. Plain English for somebody who is worried and not used to computers:
 * short sentences, what happened first, then what to do. `{name}` is filled in by `t`.
 */

const ENGLISH = {
  'page.title': 'Video consultation',

  'start.title': 'Video consultation',
  'start.invitation': 'To join, open the link in your invitation. It came in a text message, an email or a letter.',
  'start.paste': 'If the link did not open by itself, copy it and paste it here.',
  'start.link': 'Your invitation link',
  'start.continue': 'Continue',
  'start.incomplete': 'This link is not complete. Copy the whole link from your invitation and paste it again.',
  'start.dev': 'Join as (development)',
  'start.dev.note': 'This relay runs in development mode: anybody may join any room.',
  'start.room': 'Room',
  'start.name': 'Your name',
  'start.dev.failed': 'The relay gave no token. Is it running?',

  'start.check': 'Check this device and its connection',

  'line.title': 'Check your device and your connection',
  'line.intro': 'This takes about half a minute. We use your camera and microphone to see whether they work; nothing is recorded, and nobody sees or hears you.',
  'line.start': 'Start the check',
  'line.again': 'Check again',
  'line.stop': 'Stop',
  'line.copy': 'Copy the result',
  'line.copied': 'Copied. You can paste it into a message to the support desk.',
  'line.running': 'The check is running.',
  'line.speaker.question': 'Press “Play a sound”. Can you hear it?',
  'line.tone': 'Play a sound',
  'line.heard': 'Yes, I can hear it',
  'line.silent': 'No, I hear nothing',
  'line.verdict.video': 'All good: your connection is good enough for a video consultation.',
  'line.verdict.audio': 'Your connection is good enough for sound, but perhaps not for a picture. Sit nearer to your Wi-Fi router or use a cable, and close other programs that use the internet.',
  'line.verdict.none': 'A consultation will not work from here now. Below you see what is in the way and what you can do.',
  'line.state.waiting': 'not checked yet',
  'line.state.running': 'checking…',
  'line.state.good': 'works',
  'line.state.bad': 'does not work',
  'line.state.none': 'not offered by this service',
  'line.state.unknown': 'could not be checked',
  'line.state.weak': 'weak',
  'line.row.camera': 'Camera:',
  'line.row.microphone': 'Microphone:',
  'line.row.speaker': 'Loudspeaker:',
  'line.row.service': 'The service:',
  'line.row.udp': 'Direct connection (UDP):',
  'line.row.tcp': 'Direct connection (TCP):',
  'line.row.turnUdp': 'Relayed connection (TURN, UDP):',
  'line.row.turnTcp': 'Relayed connection (TURN, TCP):',
  'line.row.turnTls': 'Relayed connection (TURN, TLS):',
  'line.row.speed': 'Speed:',
  'line.row.loss': 'Quality:',
  'line.microphone.quiet': 'open; say something',
  'line.speaker.ask': 'press “Play a sound” above',
  'line.speed.good': '{up} Mbit/s up, {down} Mbit/s down',
  'line.speed.weak': '{up} Mbit/s up, {down} Mbit/s down: low',
  'line.loss.good': '{loss} % lost, {rtt} ms there and back',
  'line.loss.weak': '{loss} % lost, {rtt} ms there and back: poor',
  'line.advice.camera.bad': 'You can join with your voice only.',
  'line.advice.microphone.bad': 'Without a microphone the others cannot hear you. Plug one in or use a phone.',
  'line.advice.speaker.bad': 'Turn the volume up, and see whether the sound goes to headphones or another device.',
  'line.advice.service.bad': 'The service does not answer, or this link is not valid any more. Check your internet connection, or ask for a new link.',
  'line.advice.udp.bad': 'Your network blocks the direct way. The consultation will take another one below. For the best picture, ask your IT to open the UDP ports of this service.',
  'line.advice.turnUdp.bad': 'Your network blocks this way. It is needed only if the direct way does not work either.',
  'line.advice.turnTcp.bad': 'Your network blocks this way. It is needed only if nothing above works.',
  'line.advice.turnTls.bad': 'Your network blocks this way. If nothing above works either, ask your IT to let this service through, without looking into its encrypted connections.',
  'line.advice.speed.weak': 'Close other programs that use the internet, sit nearer to your Wi-Fi router, or use a cable.',
  'line.advice.loss.weak': 'Your Wi-Fi or mobile signal may be weak. Sit nearer to the router, use a cable, or try another network.',

  'check.title': 'Get ready for your consultation',
  'check.as': 'You will join as {name}.',
  'check.ask': 'Your browser may ask to use your camera and microphone. Please choose “Allow”.',
  'check.preview': 'Your camera picture',
  'check.camera': 'Camera',
  'check.microphone': 'Microphone',
  'check.level': 'Microphone level',
  'check.speak': 'Say something: the bar moves when we can hear you.',
  'check.heard': 'Your microphone is working.',
  'check.test': 'Test my microphone',
  'check.again': 'Check again',
  'check.settings': 'Camera and microphone',
  'check.join': 'Join the consultation',
  'check.join.noCamera': 'Join without camera',
  'check.join.noMicrophone': 'Join without microphone',
  'check.join.neither': 'Join to watch and listen only',
  'device.camera.numbered': 'Camera {number}',
  'device.microphone.numbered': 'Microphone {number}',

  'off.camera': 'Your camera is off',
  'off.microphone': 'Your microphone is off',
  'off.both': 'Your camera and microphone are off',

  'problem.both.refused': 'Your browser does not let this page use your camera and microphone. To change this, press the camera or lock sign next to the address, choose “Allow”, and press “Check again”. You can also join without them.',
  'problem.camera.refused': 'Your browser does not let this page use your camera. To change this, press the camera or lock sign next to the address, choose “Allow”, and press “Check again”. You can also join without a camera.',
  'problem.camera.missing': 'We found no camera. You can plug one in now, or join with your voice only.',
  'problem.camera.busy': 'Your camera is in use by another program. Close that program and press “Check again”.',
  'problem.camera.lost': 'Your camera was disconnected. Plug it in again, or go on with your voice only.',
  'problem.microphone.refused': 'Your browser does not let this page use your microphone. To change this, press the camera or lock sign next to the address, choose “Allow”, and press “Check again”. Without it the others cannot hear you.',
  'problem.microphone.missing': 'We found no microphone. Plug one in, or the others will not hear you.',
  'problem.microphone.busy': 'Your microphone is in use by another program. Close that program and press “Check again”.',
  'problem.microphone.lost': 'Your microphone was disconnected. Plug it in again so that the others can hear you.',
  'problem.insecure': 'This page was not opened over a secure connection (https), so your browser keeps the camera and microphone closed. Open the link from your invitation again.',

  'call.title': 'Your consultation',
  'call.controls': 'Call controls',
  'call.mute': 'Mute',
  'call.cameraOff': 'Camera off',
  'call.leave': 'Leave',
  'call.you': 'You',
  'call.others': 'The others in this consultation',
  'call.sound': 'Turn on the sound',
  'call.video': 'Video of {name}',
  'call.screenOf': 'Screen of {name}',
  'call.share': 'Share screen',
  'call.shareFailed': 'Your screen could not be shared.',
  'call.chat': 'Chat',
  'call.weak': 'Your connection is weak. If the picture stops, switch your camera off: the sound needs little.',
  'call.connecting': 'Connecting…',
  'call.connected': 'Connected',
  'call.reconnecting': 'Your connection was lost. We are reconnecting…',
  'call.waiting': 'Waiting for the others to join. Please keep this page open.',
  'call.arriving': '{name} is getting ready.',
  'call.noCamera': 'We cannot use your camera. The others cannot see you.',
  'call.noMicrophone': 'We cannot use your microphone. The others cannot hear you.',
  'call.neither': 'We cannot use your camera and microphone. The others cannot see or hear you.',
  'call.joined': '{name} has joined.',
  'call.left': '{name} has left.',

  'tile.connecting': 'Connecting…',
  'tile.noPicture': 'No picture at the moment',
  'tile.cameraOff': 'Camera is off',
  'tile.muted': 'Muted',
  'tile.weak': 'Weak connection',
  'tile.lost': 'Connection lost',

  'chat.title': 'Messages',
  'chat.text': 'Write a message',
  'chat.send': 'Send',
  'chat.close': 'Close',
  'chat.unread': '{count} new',
  'chat.from': 'Message from {name}: {text}',
  'chat.failed': 'The message could not be sent. Please try again.',

  'protect.on': 'Extra protection: nobody but those in the call can see or hear it',
  'protect.hint': 'Picture and sound are locked with a secret before they leave your device. Everybody needs the same secret.',
  'protect.invited': 'Your invitation brought the secret. There is nothing to type.',
  'protect.secret': 'The secret that you have agreed on',
  'protect.short': 'Please use at least {count} letters or digits.',
  'protect.words': 'Protected. Read these words to each other; they must be the same:',

  'retry.unreachable': 'We cannot reach the service. Please check your internet connection. We will try again in {seconds}.',
  'retry.busy': 'The service is busy. We will try again in {seconds}.',
  'retry.unexpected': 'Something went wrong. We will try again in {seconds}.',
  'seconds.one': '1 second',
  'seconds.many': '{count} seconds',

  'refused.title': 'You cannot join with this link',
  'refused.unauthorized': 'Your invitation link is not valid any more. Please ask for a new link, or call your practice.',
  'refused.forbidden': 'Your invitation link does not allow you to join this consultation. Please ask for a new link, or call your practice.',
  'refused.reason': 'What the service said: {reason}',

  'end.title': 'You have left the consultation',
  'end.elsewhere': 'Your consultation goes on in another window or on another device',
  'end.removed': 'You have been asked to leave the consultation',
  'end.closed': 'The consultation has ended',
  'end.text': 'Your camera and microphone are switched off. You can close this page.',
  'end.again': 'Join again',
};

const language = { code: 'en', words: ENGLISH };

/** The text for a key, with its `{…}` filled in. An unknown key shows itself, so that it is noticed. */
export function t(key, values = {}) {
  const text = language.words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** A wait in words: "5 seconds". */
export function inSeconds(ms) {
  const count = Math.max(1, Math.ceil(ms / 1000));
  return count === 1 ? t('seconds.one') : t('seconds.many', { count });
}

/** Fills every element that names its text with `data-t` (content) or `data-t-label` (accessible name). */
export function fillTexts(root = document) {
  document.documentElement.lang = language.code;
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(element.dataset.t);
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    element.setAttribute('aria-label', t(element.dataset.tLabel));
  }
  for (const element of root.querySelectorAll('[data-t-placeholder]')) {
    element.placeholder = t(element.dataset.tPlaceholder);
  }
}
