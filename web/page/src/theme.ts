import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';
const NAME = 'parley.theme';

export const theme = signal<Theme>(read());

effect(() => {
  document.documentElement.dataset['theme'] = theme.value;
});

export function nextTheme(): void {
  const next: Record<Theme, Theme> = { auto: 'dark', dark: 'light', light: 'auto' };
  theme.value = next[theme.value];
  localStorage.setItem(NAME, theme.value);
}

function read(): Theme {
  const kept = localStorage.getItem(NAME);
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}
