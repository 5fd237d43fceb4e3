import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useSyncExternalStore } from 'react';

const KEY = 'storygate-theme';
const listeners = new Set<() => void>();
const system = matchMedia('(prefers-color-scheme: dark)');

function isDark(): boolean {
  const chosen = localStorage.getItem(KEY);
  return chosen ? chosen === 'dark' : system.matches;
}

function apply(): void {
  applyMode(isDark() ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = isDark() ? 'dark' : 'light';
  for (const listener of listeners) listener();
}

/** Applies the chosen theme, or that of the system, and follows it. */
export function followTheme(): void {
  system.addEventListener('change', apply);
  apply();
}

/** The theme, and how to change it. */
export function useTheme(): { dark: boolean; toggle: () => void } {
  const dark = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, isDark);
  const toggle = () => {
    localStorage.setItem(KEY, dark ? 'light' : 'dark');
    apply();
  };
  return { dark, toggle };
}
