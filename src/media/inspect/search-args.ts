/**
 * How far a program of FFmpeg looks for streams, since a transport stream may begin with seconds of
 * picture only. The same for all, so that all find the same.
 */
export const searchArgs = ['-probesize', '32M', '-analyzeduration', '15M']
