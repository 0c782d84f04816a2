import { defineConfig } from 'vite';

/** The folder that the Maven build packs is given by it; alone, the page is built next to its sources. */
const outDir = process.env['PARLEY_PAGE_OUT'] ?? 'dist';
const backend = process.env['PARLEY_BACKEND'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  resolve: { conditions: ['parley-source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined as data: the page runs under a strict Content-Security-Policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': backend,
      '/sse': backend,
      '/socket.io': { target: backend, ws: true },
      '/ws': { target: backend, ws: true },
    },
  },
});
