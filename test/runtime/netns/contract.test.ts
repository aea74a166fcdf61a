import { freshName } from "../../fresh.ts";
import { contract } from "../contract.ts";
import { kernelTest, open } from "./lab.ts";

contract(kernelTest, { freshName, open }, Number(process.env.FUZZ_RUNS ?? 10));
