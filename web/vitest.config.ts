import { defineConfig } from 'vitest/config';

const conditions = ['parley-source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: { include: ['client/test/**/*.test.ts', 'page/test/**/*.test.ts'] },
});
