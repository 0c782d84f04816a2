export const name = 'parley-client';
