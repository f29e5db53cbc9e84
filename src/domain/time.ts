/** UTC to the second, as AWS writes and takes times: `2026-11-23T10:00:00Z`. */
export const utcSecond = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;
