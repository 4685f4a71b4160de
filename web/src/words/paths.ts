// Where an address may lead.

/** Only ever a path of our own: what follows signing in may not lead elsewhere. */
export const ownPath = (next: string | undefined): string => (next && /^\/(?![/\\])/.test(next) ? next : "/");
