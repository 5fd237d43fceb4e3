/** Session name of state machines' roles. One for all, so that SDK clients and their connections are shared. */
export const SESSION_NAME = 'step-functions';
