module github.com/recobro/recobro

go 1.26.8
