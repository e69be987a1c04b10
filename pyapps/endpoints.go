package pyapps

// The media types of the answers.
const (
	plain  = "text/plain"
	octets = "application/octet-stream"
	inJSON = "application/json"
	inHTML = "text/html; charset=utf-8"
)

const (
	reading = "GET, HEAD"
	sending = "POST, PUT"
)

// endpoints mirrors the routes of the reference app (reference/__init__.py), where each is explained.
var endpoints = []endpoint{
	{path: "/hello", methods: reading, answer: text("Hello, World!\n", true)},
	{path: "/hello-cl", methods: reading, answer: text("Hello, World!\n", false)},
	{path: "/hello/<form>", methods: reading, answer: helloForm},
	{path: "/plaintext", methods: reading, answer: text("Hello, World!", false)},
	{path: "/json", methods: reading, answer: jsonMessage},
	{path: "/echo", methods: sending, answer: echo},
	{path: "/echo-iter", methods: sending, answer: echo},
	{path: "/echo-stream", methods: sending, answer: echoStream},
	{path: "/upload", methods: sending, answer: upload},
	{path: "/form", methods: "POST", answer: form},
	{path: "/sum", methods: "GET, HEAD, POST", answer: sum},
	{path: "/bytes/<n>", methods: reading, answer: tableBytes},
	{path: "/stream", methods: reading, answer: stream},
	{path: "/file", methods: reading, answer: file},
	{path: "/static/<name>", methods: reading, answer: static},
	{path: "/onion", methods: reading, answer: onion},
	{path: "/route/<a>/<b>", methods: reading, answer: routed},
	{path: "/table/<i>/<b>", methods: reading, answer: tableRoute},
	{path: "/sleep", methods: reading, answer: sleep},
	{path: "/cpu", methods: reading, answer: cpu},
	{path: "/cpu-nogil", methods: reading, answer: cpuNoGIL},
	{path: "/alloc", methods: reading, answer: alloc},
	{path: "/conc", methods: reading, answer: conc, rule: metOrAlone},
	{path: "/headers", methods: reading, answer: fillers},
	{path: "/cookies", methods: reading, answer: cookies},
	{path: "/session", methods: reading, answer: session},
	{path: "/status/<code>", methods: reading, answer: statusCode},
	{path: "/html", methods: reading, answer: page(simple)},
	{path: "/template", methods: reading, answer: page(fortunesHTML)},
	{path: "/db", methods: reading, rule: oneRow},
	{path: "/queries", methods: reading, rule: rowsAsked("queries")},
	{path: "/cached-queries", methods: reading, rule: rowsAsked("count")},
	{path: "/updates", methods: reading, rule: rowsAsked("queries")},
	{path: "/fortunes", methods: reading, answer: page(fortunesHTML)},
	{path: "/error/<kind>", methods: reading, answer: fault, free: true},
	{path: "/closing", methods: reading, answer: closing},
	{path: "/close-log", methods: reading},
	{path: "/healthz", methods: reading, answer: text("ok\n", false)},
	{path: "/pid", methods: reading},
	{path: "/environ", methods: reading},
	{path: "/environ.json", methods: reading},
}
