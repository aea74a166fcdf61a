/** What people call a resource. */
import type { Resource, ResourceKey } from "./resource.ts";

/** `cart.0`, `the process of cart.0`, `service cart.api`, … */
export const called = (key: ResourceKey): string => {
  const [kind, ...rest] = key.split("/");
  switch (kind as Resource["kind"]) {
    case "hub":
      return "the hub";
    case "instance":
      return rest.join(".");
    case "process":
      return `the process of ${rest.join(".")}`;
    case "limits":
      return `the limits of ${rest.join(".")}`;
    case "files":
      return `the files of ${rest.join(".")}`;
    case "hosts":
      return `the names of ${rest.join("/")}`;
    case "service":
    case "wire":
      return `${kind} ${rest.join("/")}`;
    case "egress":
      return `the way out to ${rest.join("/")}`;
    case "publication":
      return `host port ${rest.join(" ")}`;
  }
};
