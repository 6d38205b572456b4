'use client';
import { Moon, Sun } from 'lucide-react';
import { applyTheme, currentTheme } from '../ui/preferences.ts';

/** Dark or light by one press; the third choice, as the system, is on the account page. */
export function ThemeSwitch() {
  return (
    <button
      type="button"
      aria-label="Switch between dark and light"
      onClick={() => applyTheme(currentTheme() === 'dark' ? 'light' : 'dark')}
      className="grid size-8 place-items-center rounded-md text-ink-2 hover:bg-raised hover:text-ink"
    >
      <Sun size={16} aria-hidden="true" className="theme-light-only" />
      <Moon size={16} aria-hidden="true" className="theme-dark-only" />
    </button>
  );
}
