export { type JoinedMarket, joinIntraday, joinMarket, newestName } from './join-market.ts';
export {
  type IdentityMaster,
  type RenameDecision,
  loadIdentity,
  saveObservations,
  saveRenameDecision,
} from './identity-store.ts';
export {
  type MemberList,
  type Membership,
  dayOfFile,
  indexOfFile,
  loadMemberLists,
  memberListVersion,
  membersAsOf,
  saveMemberList,
} from './membership.ts';
export { addObservations } from './observations.ts';
export {
  type JoinedSeries,
  type LastBar,
  detectRenames,
  effectiveRenames,
  joinRenames,
  knownRenames,
} from './renames.ts';
export { Rename } from './rename.ts';
