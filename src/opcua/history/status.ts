import type { Absent } from "../shown-values.ts";

/** Status codes as numbers (OPC 10000-4 §7.38): rows are made where no OPC UA stack is loaded. */
export const codes = {
  Good: 0,
  Bad: 0x8000_0000,
  UncertainDataSubNormal: 0x40a4_0000,
  BadOutOfService: 0x808d_0000,
  BadNoData: 0x809b_0000,
  BadBoundNotFound: 0x80d7_0000,
} as const;

/** How a value came about (OPC 10000-4 §7.38.1, HistorianBits; the first is the InfoType that makes them valid). */
const dataValue = 0x0400;
export const calculated = dataValue | 0x01;
export const interpolated = dataValue | 0x02;
export const partial = dataValue | 0x04;
export const multipleValues = dataValue | 0x10;

export const codeOf = ({ absent }: Absent): number => codes[absent];
export const isGood = (status: number): boolean => status >>> 30 === 0;
export const isUncertain = (status: number): boolean => status >>> 30 === 1;
export const isBad = (status: number): boolean => status >>> 30 >= 2;
