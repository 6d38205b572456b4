import { AppError } from '../errors.ts';

/**
 * A port whose errors keep their code, context and words, and speak to the operator: a key, a path, a statement or an ARN in them
 * reaches no caller, also where a use case lets them through. What a port says to a caller (a cursor that it never gave) is marked by
 * `context.words` = 'caller'.
 *
 * @example const items = withOperatorErrors(makeSqliteItemTable(file, clock));
 */
export function withOperatorErrors<T extends object>(port: T): T {
  const guarded = Object.entries(port).map(([name, member]) => [
    name,
    typeof member === 'function' ? guard(member as (...given: unknown[]) => unknown, port) : (member as unknown),
  ]);
  return Object.fromEntries(guarded) as T;
}

function guard(method: (...given: unknown[]) => unknown, port: object): (...given: unknown[]) => Promise<unknown> {
  return async (...given) => {
    try {
      return await method.apply(port, given);
    } catch (error) {
      throw toOperator(error);
    }
  };
}

function toOperator(error: unknown): unknown {
  // What is no AppError says nothing of itself at any edge.
  if (!(error instanceof AppError) || error.audience === 'operator' || error.context['words'] === 'caller')
    return error;
  const { code, message, retryable, context } = error;
  return new AppError(code, message, { retryable, context, audience: 'operator', cause: error });
}
