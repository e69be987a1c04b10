package targets

import (
	"fmt"
	"os/user"
	"path/filepath"
)

func (t *trial) launcherDir() (string, error) {
	if t.p.Launchers != "" {
		return t.p.Launchers, nil
	}
	if t.launchers == "" {
		dir, err := Materialise("")
		if err != nil {
			return "", err
		}
		t.launchers = dir
	}
	return t.launchers, nil
}

// file is the path of a configuration file in the scratch directory. Only what is asked for is filled in: a file may be
// for one kind of address alone.
func (t *trial) file(name string) (string, error) {
	scratch, err := needed("scratch", t.p.Scratch)
	if err != nil {
		return "", err
	}
	path := filepath.Join(scratch, name)
	if _, ok := t.files[path]; ok {
		return path, nil
	}
	t.files[path] = "" // it is under way: it may name itself
	text, err := join(splitFile(t.d.Files[name]), t.value)
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	t.files[path] = text
	return path, nil
}

// who is the name of the user who runs this, or of the group.
func (t *trial) who(name string) (string, error) {
	given := map[string]string{"user": t.p.User, "group": t.p.Group}[name]
	if given != "" {
		return given, nil
	}
	u, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("find the name of the user who runs this: %w", err)
	}
	if name == "user" {
		return u.Username, nil
	}
	g, err := user.LookupGroupId(u.Gid)
	if err != nil {
		return "", fmt.Errorf("find the name of the group that runs this: %w", err)
	}
	return g.Name, nil
}
