package parley.model;

/** What is done to the house while people talk. */
enum Fault {
  LOSE_MESSAGES,
  CUT_REDIS_CONNECTIONS,
  CUT_CLIENTS,
  KILL_GATEWAY,
  KILL_DRAINER,
  RESTART_REDIS,
  TRUNCATE_REDIS,
  FAIL_OVER,
  PAUSE_POSTGRES
}
