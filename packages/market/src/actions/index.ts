export {
  type ActionEntry,
  type ActionOrigin,
  actionsAsOf,
  loadActionLog,
  loadActions,
  saveActions,
  withdrawActions,
} from './action-log.ts';
export * from './adjust-daily.ts';
export * from './check-actions.ts';
export { ActionKind, CorporateAction, actionsBySymbol, factorsOf } from './corporate-action.ts';
export { type ParsedActions, type SourcedAction, parseActions } from './parse-actions.ts';
export * from './propose-actions.ts';
