// A value or the reasons there is none: for outcomes that are expected and that the caller must look at.

export type Result<Value, Reason> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: Reason }

export function success<Value>(value: Value): Result<Value, never> {
  return { ok: true, value }
}

export function failure<Reason>(reason: Reason): Result<never, Reason> {
  return { ok: false, reason }
}
