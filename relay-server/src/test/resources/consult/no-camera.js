/* A machine without a camera. */
{
  const devices = navigator.mediaDevices;
  const open = devices.getUserMedia.bind(devices);
  const list = devices.enumerateDevices.bind(devices);
  devices.getUserMedia = (wanted) =>
    wanted.video ? Promise.reject(new DOMException('none', 'NotFoundError')) : open(wanted);
  devices.enumerateDevices = async () => (await list()).filter((device) => device.kind !== 'videoinput');
}
