import { contract } from "../contract.ts";
import { freshName, kernelTest, open } from "./lab.ts";

contract(kernelTest, { freshName, open }, Number(process.env.FUZZ_RUNS ?? 10));
