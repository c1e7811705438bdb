/* A user who says no. */
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
navigator.permissions.query = () => Promise.resolve({ state: 'denied' });
