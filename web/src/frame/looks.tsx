'use client';
import { useState } from 'react';
import { cx } from '../ui/class-names.ts';
import {
  applyDirection,
  applyTheme,
  DIRECTIONS,
  THEMES,
  type DirectionColours,
  type Theme,
} from '../ui/preferences.ts';

const THEME_TITLES: Record<Theme, string> = { dark: 'Dark', light: 'Light', system: 'As the system' };
const DIRECTION_TITLES: Record<DirectionColours, string> = {
  western: 'Green up, red down',
  'colour-blind': 'Blue up, orange down',
  east: 'Red up, green down',
};

/** Theme and the colours of up and down, kept in this browser. */
export function Looks(props: { theme: Theme; direction: DirectionColours }) {
  const [theme, setTheme] = useState(props.theme);
  const [direction, setDirection] = useState(props.direction);
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Choice
        legend="Theme"
        name="theme"
        options={THEMES}
        titles={THEME_TITLES}
        value={theme}
        onChange={(next) => {
          setTheme(next);
          applyTheme(next);
        }}
      />
      <Choice
        legend="Colours of direction"
        name="direction"
        options={DIRECTIONS}
        titles={DIRECTION_TITLES}
        value={direction}
        onChange={(next) => {
          setDirection(next);
          applyDirection(next);
        }}
      />
    </div>
  );
}

function Choice<T extends string>(props: {
  legend: string;
  name: string;
  options: readonly T[];
  titles: Record<T, string>;
  value: T;
  onChange: (next: T) => void;
}) {
  return (
    <fieldset>
      <legend className="mb-1 text-note font-medium text-ink-2">{props.legend}</legend>
      <div className="flex flex-col gap-1">
        {props.options.map((option) => (
          <label
            key={option}
            className={cx(
              'flex h-9 cursor-pointer items-center gap-3 rounded-md border px-3',
              option === props.value ? 'border-accent bg-accent-soft' : 'border-line hover:bg-raised',
            )}
          >
            <input
              type="radio"
              name={props.name}
              checked={option === props.value}
              onChange={() => props.onChange(option)}
              className="accent-(--accent)"
            />
            {props.titles[option]}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
