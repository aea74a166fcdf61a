/** `provides PORT: P on tcp N from M`: who asks at N, and who listens at M. */
import test from "ava";
import { Asked } from "./asked.ts";

const asked = (clause: string): Asked =>
  new Asked(`
    protocol P = ?String . !Bytes
    automaton web { provides web: P on tcp 80${clause} runs exec ["web"] health tcp }
    automaton spare { provides web: P on tcp 90 runs exec ["web"] }
    automaton one { requires back: P runs exec ["one"] }
    automaton each { requires back: each P runs exec ["each"] }
    automaton both { requires back: P runs exec ["both"] }
    system s = [one => web, each => web, both => web | spare, publish(web.web, 8000)]`);

test("clients ask at the one port, and the program listens at the other", (t) => {
  const it = asked(" from 8080");
  t.like(it.get("process", "one/0").env, { BACK_PORT: "80", BACK_ADDR: "back:80" });
  t.like(it.get("wire", "one.back"), { number: 80 });
  t.like(it.get("publication", "tcp/8000"), { number: 80 });
  const service = it.get("service", "web.web");
  t.is(service.number, 80);
  t.deepEqual(
    service.endpoints.map(({ number }) => number),
    [8080],
  );
  const { env, care } = it.get("process", "web/0");
  t.deepEqual(env, { PORT: "8080", PORT_WEB: "8080" });
  t.is(care.probe!.number, 8080);
});

test("an instance that is asked by itself is asked where it listens", (t) => {
  const it = asked(" from 8080");
  t.deepEqual(
    it.get("wire", "each.back").each!.map(({ number }) => number),
    [8080],
  );
  t.like(it.get("process", "each/0").env, { BACK_ADDR: "back:80", BACK_ADDRS: "back-0:8080" });
});

test("a union is asked at the lowest, and each of it answers where it listens", (t) => {
  const service = asked(" from 8080").get("service", "spare.web|web.web");
  t.is(service.number, 80);
  t.deepEqual(
    service.endpoints.map(({ number }) => number),
    [90, 8080],
  );
});

test("to listen where one is asked is what is meant without it", (t) => {
  const [plain, same] = [asked(""), asked(" from 80")];
  t.deepEqual(same.get("service", "web.web"), plain.get("service", "web.web"));
  t.is(same.get("process", "web/0").spec, plain.get("process", "web/0").spec);
  t.not(asked(" from 81").get("process", "web/0").spec, plain.get("process", "web/0").spec);
});
