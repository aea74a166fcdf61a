import test from "ava";
import { Asked } from "./asked.ts";

const text = `
protocol Rtp = ?Bytes . !Bytes
automaton media {
  provides media: Rtp on udp 20000 to 20010
  provides web: Rtp on tcp 80
  runs exec ["media", provides.media.port, provides.media.last]
  health tcp
}
automaton phone {
  requires media: Rtp
  requires single: Rtp
  requires all: each Rtp
  runs exec ["phone", requires.media.last, requires.single.last]
}
system s = phone(media = media.media, single = media.web, all = media.media)
`;

const asked = new Asked(text);

test("a service and its wires say where the range ends, and others say nothing", (t) => {
  t.like(asked.get("service", "media.media"), { number: 20_000, last: 20_010 });
  t.like(asked.get("wire", "phone.media"), { number: 20_000, last: 20_010 });
  t.false("last" in asked.get("service", "media.web"));
  t.false("last" in asked.get("wire", "phone.single"));
  const all = asked.get("wire", "phone.all").each?.map(({ number, last }) => [number, last]);
  t.deepEqual(all, [[20_000, 20_010]]);
});

test("programs are told both ends, and `PORT` is no range", (t) => {
  const media = asked.get("process", "media/0");
  const phone = asked.get("process", "phone/0");
  t.deepEqual(media.argv, ["media", "20000", "20010"]);
  t.like(media.env, { PORT: "80", PORT_MEDIA: "20000", PORT_MEDIA_LAST: "20010", PORT_WEB: "80" });
  t.false("PORT_WEB_LAST" in media.env);
  t.is(media.care.probe?.number, 80);
  t.deepEqual(phone.argv, ["phone", "20010", "80"]);
  t.like(phone.env, { MEDIA_PORT: "20000", MEDIA_PORT_LAST: "20010", MEDIA_ADDR: "media:20000" });
  t.false("SINGLE_PORT_LAST" in phone.env);
});
