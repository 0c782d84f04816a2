import { defineConfig, mergeConfig } from 'vitest/config';
import config from './vitest.config.ts';

/** The client against a running system, whose gateway PARLEY_NODE names. */
export default mergeConfig(
  { ...config, test: {} },
  defineConfig({ test: { include: ['client/test/system/*.test.ts'], testTimeout: 90_000, hookTimeout: 30_000 } }),
);
