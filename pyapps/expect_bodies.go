package pyapps

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"mime"
	"mime/multipart"
)

const (
	maxBody   = 64 << 20 // bytes of a body that an endpoint holds
	maxUpload = 1 << 30  // bytes that /upload counts
)

func tooLong(most int) error {
	return refused{413, fmt.Sprintf("more than %d bytes", most)}
}

func echo(c call) (answer, error) {
	if len(c.body) > maxBody {
		return answer{}, tooLong(maxBody)
	}
	return answer{status: 200, mime: octets, body: c.body}, nil
}

func echoStream(c call) (answer, error) {
	if _, err := numberOf(c.query, "bs", 4096, 1, 64<<10); err != nil {
		return answer{}, err
	}
	return echo(c)
}

func upload(c call) (answer, error) {
	if _, err := numberOf(c.query, "bs", 64<<10, 1, 1<<20); err != nil {
		return answer{}, err
	}
	if len(c.body) > maxUpload {
		return answer{}, tooLong(maxUpload)
	}
	return plainAnswer(nil, "%d %08x\n", len(c.body), crc32.ChecksumIEEE(c.body))
}

// form answers well-formed bodies; what is wrong with another is for the app to say.
func form(c call) (answer, error) {
	kind, once := c.get("Content-Type")
	media, params, err := mime.ParseMediaType(kind)
	if err != nil || !once || media != "multipart/form-data" || params["boundary"] == "" {
		return answer{}, refused{400, "expected multipart/form-data with a boundary"}
	}
	var lines []byte
	reader := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := reader.NextRawPart()
		if err == io.EOF {
			return answer{status: 200, mime: plain, body: lines}, nil
		}
		if err != nil {
			return answer{}, errUnknown
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return answer{}, errUnknown
		}
		if part.FileName() != "" {
			lines = fmt.Appendf(lines, "%s %s %d %08x\n", part.FormName(), part.FileName(), len(content), crc32.ChecksumIEEE(content))
		}
	}
}

func sum(c call) (answer, error) {
	const most = 999999999
	a, err := numberOf(c.query, "a", 0, 0, most)
	if err != nil {
		return answer{}, err
	}
	b, err := numberOf(c.query, "b", 0, 0, most)
	if err != nil || c.method != "POST" {
		return plainAnswer(err, "%d\n", a+b)
	}
	n, err := number(string(c.body), 0, most)
	return plainAnswer(err, "%d\n", a+b+n)
}

func tableBytes(c call) (answer, error) {
	n, err := number(c.segment(1), 0, maxBytes)
	if err != nil {
		return answer{}, err
	}
	if form, given := parameter(c.query, "form"); given && form != "list" && form != "gen" {
		return answer{}, refused{400, "expected form=list or form=gen"}
	}
	return answer{status: 200, mime: octets, body: tableFrom(n)}, nil
}

func static(c call) (answer, error) {
	content, err := files.ReadFile("static/" + c.segment(1))
	if err != nil {
		return answer{}, refused{404, "no such endpoint"}
	}
	return answer{status: 200, mime: plain, body: content}, nil
}

func file(c call) (answer, error) {
	size, err := numberOf(c.query, "n", 65536, 0, maxBytes)
	if err != nil {
		return answer{}, err
	}
	offset, err := numberOf(c.query, "off", 0, 0, size)
	if err != nil {
		return answer{}, err
	}
	if _, err := numberOf(c.query, "bs", 64<<10, 1, 1<<20); err != nil {
		return answer{}, err
	}
	if _, err := choiceOf(c.query, "kind", "fd", "bytesio"); err != nil {
		return answer{}, err
	}
	_, declared := parameter(c.query, "cl")
	length, err := numberOf(c.query, "cl", size-offset, 0, size-offset)
	return answer{status: 200, mime: octets, body: tableFrom(size)[offset : offset+length], open: !declared}, err
}
