// The browser has not asked the user yet.
navigator.permissions.query = async () => ({ state: 'prompt' });
