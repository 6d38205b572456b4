// Every page is made for its reader at the time of the request: no incremental cache, no tags, and so neither their tables,
// queue and functions, nor their cost and permissions.
export default {
  default: {},
  dangerous: { disableIncrementalCache: true, disableTagCache: true },
};
