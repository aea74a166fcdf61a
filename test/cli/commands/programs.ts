/** Programs that the tests of commands use. */
export const shop = `-- a storefront over a store
protocol Rpc = mu t. &{ call: ?Bytes . !Bytes . t, quit: end }
let region = input("region", "eu")
automaton store { provides kv: Rpc on tcp 6379  env { REGION = region } }
automaton front {
  provides web: Rpc on tcp 8080
  requires kv: Rpc
  instances input("fronts", 2)
}
system shop = [front => store, publish(front.web, 18080)]
`;

export const wrong = `let a = stroe
let store = 1
automaton x { instances 1  instances 2 }
`;
