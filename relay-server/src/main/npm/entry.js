// All of it: the page takes what it needs, and tests use the same unmodified client.
export * from 'livekit-client';
