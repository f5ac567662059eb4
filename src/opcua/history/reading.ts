import { StatusCodes } from "node-opcua";
import { type MethodRow, refusal } from "../method-table.ts";
import { HistoryUnavailable } from "./port.ts";

/** A method that reads the ledger: one that cannot be read at present fails the call, never the service. */
export const reading =
  (call: MethodRow["call"]): MethodRow["call"] =>
  async (made) => {
    try {
      return await call(made);
    } catch (error) {
      if (error instanceof HistoryUnavailable) return refusal(StatusCodes.BadResourceUnavailable, error.message);
      throw error;
    }
  };
