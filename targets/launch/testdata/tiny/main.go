// Command tiny is built by a test.
package main

func main() { println("tiny") }
