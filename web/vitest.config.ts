import { defineConfig } from 'vitest/config';

const conditions = ['parley-source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  // Those that need a running system are in client/test/system; the system tests run them.
  test: { include: ['client/test/*.test.ts', 'page/test/*.test.ts'] },
});
