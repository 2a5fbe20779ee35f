// An echo server with Go's gorilla/websocket: echo plain|deflate
package main

import (
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{
	Subprotocols:      []string{"talk"},
	EnableCompression: os.Args[1] == "deflate",
	CheckOrigin:       func(*http.Request) bool { return true },
}

func talk(w http.ResponseWriter, r *http.Request) {
	socket, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer socket.Close()
	for err == nil {
		err = answer(socket)
	}
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		fmt.Println("closed", r.URL.Path, closed.Code, closed.Text)
	} else {
		fmt.Println("error", r.URL.Path, err)
	}
}

func answer(socket *websocket.Conn) error {
	kind, message, err := socket.ReadMessage()
	if err != nil {
		return err
	}
	words := strings.SplitN(string(message), " ", 3)
	if kind != websocket.TextMessage || words[0] != "close" {
		return socket.WriteMessage(kind, message)
	}
	code, err := strconv.Atoi(words[1])
	if err != nil {
		return err
	}
	frame := websocket.FormatCloseMessage(code, words[2])
	return socket.WriteControl(websocket.CloseMessage, frame, time.Now().Add(time.Minute))
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	log.Fatal(http.Serve(listener, http.HandlerFunc(talk)))
}
