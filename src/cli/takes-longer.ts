/** A brief attempt (brief.ts) came to no answer; nothing was printed. */
export class TakesLonger extends Error {}
