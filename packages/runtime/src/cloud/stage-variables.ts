import { readFileSync } from 'node:fs';
import { AppError } from '@aion/core';

/** The variables of a stage from the JSON file that its deployment put out (`.sst/outputs.json`, or what is in it). Throws AppError(bad_input) for what is no such file. */
export function readStageVariables(path: string): Record<string, string> {
  try {
    const file: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const inside = (file as { variables?: unknown } | null)?.variables;
    const value: unknown = typeof inside === 'string' ? JSON.parse(inside) : file;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, String(text)]));
  } catch (cause) {
    throw new AppError(
      'bad_input',
      `${path} cannot be read as JSON: give the file of variables that the deployment put out`,
      { cause },
    );
  }
  throw new AppError('bad_input', `${path} must hold a JSON object of variables`);
}
