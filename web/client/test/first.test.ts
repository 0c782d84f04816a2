import { expect, it } from 'vitest';
import { name } from '../src/index';
it('is', () => expect(name).toBe('parley-client'));
