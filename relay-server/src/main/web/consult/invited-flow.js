import { CheckScreen } from './check-screen.js';
import { Consultation } from './consultation.js';
import { Devices } from './devices.js';
import { wireSwitches } from './device-controls.js';
import { endScreen, refusedScreen } from './end-screens.js';
import { Protection } from './protection.js';

/** The way of an invitation that is a room's token: device check, call, end. There is no waiting room. */
export function invitedFlow(token, invitedSecret, { name }) {
  const devices = new Devices();
  const protection = new Protection(invitedSecret);
  const close = async () => {
    const left = consultation.leave();
    devices.close();
    await left;
  };
  const consultation = new Consultation(devices, {
    onLeave: () => {
      devices.close();
      endScreen('');
    },
    onEnd: (kind) => {
      devices.close();
      endScreen(kind);
    },
    onRefused: (refusal) => {
      devices.close();
      refusedScreen(refusal);
    },
  });
  const checkScreen = new CheckScreen(devices, () => {
    const secret = consultation.isRunning ? null : protection.take();
    if (secret !== null) {
      checkScreen.hide();
      consultation.start({ token, secret });
    }
  });
  window.addEventListener('pagehide', () => void close());
  wireSwitches(devices);
  void checkScreen.show(name);
}
