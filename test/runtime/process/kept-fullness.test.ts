/** Whether images are nearly full: what is asked every second costs one look at a file system that is mounted. */
import test from "ava";
import { Fullness, type ImageReader } from "../../../runtime/process/kept/fullness.ts";

/** What was looked at, and a fullness of which each image uses so many of 100 bytes. */
const scene = () => {
  const looks: string[] = [];
  const used: Record<string, number> = {};
  const mounted: Record<string, string> = {};
  const reader: ImageReader = {
    mountPoint: (image, pid) => {
      looks.push(`where ${image} ${pid}`);
      return mounted[image] ?? null;
    },
    at: (point) => {
      looks.push(`at ${point}`);
      if (used[point] === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT" });
      return { used: used[point], room: 100 };
    },
    in: (image) => {
      looks.push(`in ${image}`);
      return used[image] === undefined ? null : { used: used[image], room: 100 };
    },
  };
  const fullness = new Fullness(reader);
  const ask = (pid: number | null): readonly [boolean, ...string[]] => {
    looks.length = 0;
    const answer = fullness.isNearlyFull("a", pid === null ? null : { pid, startTime: pid });
    return [answer, ...looks];
  };
  return { fullness, used, mounted, ask };
};

test("where it is mounted is looked up once for each process; how full it is, each time", (t) => {
  const { used, mounted, ask } = scene();
  mounted.a = "/p/1";
  used["/p/1"] = 90;
  t.deepEqual(ask(1), [false, "where a 1", "at /p/1"]);
  used["/p/1"] = 91;
  t.deepEqual(ask(1), [true, "at /p/1"]);
  used["/p/1"] = 50;
  t.deepEqual(ask(1), [false, "at /p/1"], "and it may become larger");
  mounted.a = "/p/2";
  used["/p/2"] = 99;
  t.deepEqual(ask(2), [true, "where a 2", "at /p/2"]);
});

test("what no process has mounted does not change: it is looked at once", (t) => {
  const { fullness, used, mounted, ask } = scene();
  used.a = 95;
  t.deepEqual(ask(null), [true, "in a"]);
  used.a = 10;
  t.deepEqual(ask(null), [true]);
  mounted.a = "/p/1";
  used["/p/1"] = 10;
  t.deepEqual(ask(1), [false, "where a 1", "at /p/1"]);
  t.deepEqual(ask(null), [false, "in a"], "what ended may have written to the end");
  fullness.forget("a");
  t.deepEqual(ask(null), [false, "in a"]);
});

test("a process that ends while it is looked at, one that has not mounted it, and an image with nothing in it", (t) => {
  const { used, mounted, ask } = scene();
  t.deepEqual(ask(1), [false, "where a 1", "in a"]);
  mounted.a = "/p/1";
  used.a = 95;
  t.deepEqual(ask(1), [true, "where a 1", "at /p/1", "in a"]);
  used["/p/1"] = 10;
  t.deepEqual(ask(1), [false, "where a 1", "at /p/1"]);
});
