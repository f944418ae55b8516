package postgres

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// account is the user that the server's processes run as. PostgreSQL refuses
// root; anybody else runs it as themselves, and then set is false.
type account struct {
	set    bool
	name   string
	id     uint32
	group  uint32
	groups []uint32
}

// accountFor gives the user for a data folder: whom it belongs to already,
// else postgres, else nobody.
func accountFor(data string) (account, error) {
	st, err := os.Stat(data)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return account{}, fmt.Errorf("look at the PostgreSQL folder: %w", err)
	}
	there := err == nil
	if os.Geteuid() != 0 {
		if there && int(ownerOf(st)) != os.Geteuid() {
			return account{}, fmt.Errorf("%s belongs to user %d and you are user %d: start as the user who made it, "+
				"or choose another data folder (RECOBRO_DATA)", data, ownerOf(st), os.Geteuid())
		}
		return account{}, nil
	}
	if there && ownerOf(st) != 0 {
		return lookUp(user.LookupId, strconv.Itoa(int(ownerOf(st))))
	}
	for _, name := range []string{"postgres", "nobody"} {
		if acc, err := lookUp(user.Lookup, name); err == nil {
			return acc, nil
		}
	}
	return account{}, errors.New("PostgreSQL refuses to run as root, and this machine has neither a user postgres nor nobody: start as an ordinary user")
}

func lookUp(by func(string) (*user.User, error), who string) (account, error) {
	u, err := by(who)
	if err != nil {
		return account{}, fmt.Errorf("look up the user that PostgreSQL runs as: %w", err)
	}
	id, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	group, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return account{}, fmt.Errorf("user %s: %w", u.Username, err)
	}
	return account{set: true, name: u.Username, id: uint32(id), group: uint32(group), groups: []uint32{uint32(group)}}, nil
}

func (a account) uid() int {
	if !a.set {
		return os.Geteuid()
	}
	return int(a.id)
}

// attributes make a child run as the account, in a process group of its own:
// Ctrl-C in a terminal must reach us first, so that we can stop in order.
func (a account) attributes() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	dieWithParent(attr)
	if a.set {
		attr.Credential = &syscall.Credential{Uid: a.id, Gid: a.group, Groups: a.groups}
	}
	return attr
}

// own gives a folder to the account.
func (a account) own(dir string) error {
	if !a.set {
		return nil
	}
	if err := os.Chown(dir, int(a.id), int(a.group)); err != nil {
		return fmt.Errorf("give %s to user %s: %w", dir, a.name, err)
	}
	return nil
}

func (a account) mayEnter(st fs.FileInfo) bool {
	sys := st.Sys().(*syscall.Stat_t)
	switch {
	case sys.Uid == a.id:
		return st.Mode()&0o100 != 0
	case sys.Gid == a.group:
		return st.Mode()&0o010 != 0
	}
	return st.Mode()&0o001 != 0
}

func ownerOf(st fs.FileInfo) uint32 { return st.Sys().(*syscall.Stat_t).Uid }
