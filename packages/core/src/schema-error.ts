import { ZodError } from 'zod';
import { AppError, errorMessage } from './errors.ts';
import { RESTORE } from './stored-body.ts';

/**
 * What a schema refused and nobody gave a name, as an AppError(corrupt) for the operator with the error itself as its cause: what people type
 * is refused by name, so this is about what is stored. Any other error is returned as it is.
 *
 * @example toSchemaError(error) // 'what is stored cannot be read: shares: Invalid input: …; restore a backup, or ask for help with this line'
 */
export function toSchemaError(error: unknown): unknown {
  if (!(error instanceof ZodError)) return error;
  return new AppError('corrupt', `what is stored cannot be read: ${errorMessage(error)}; ${RESTORE}`, {
    audience: 'operator',
    cause: error,
  });
}
